//! Properties, against plain sequential models.

mod pub_sub;
