//! Properties, against plain sequential models.

mod pub_sub;
mod sharded_map;
mod stacks;
