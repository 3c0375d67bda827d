//! One goroutine sends, one receives, with a buffer of 128.

use super::stream_unbuffered::stream;

pub(crate) async fn run(operations: usize) -> f64 {
    stream(operations, 128).await
}
