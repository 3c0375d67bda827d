//! A worker process of `task-scheduling`, for the tests of the experiments. The
//! server is its own worker.

fn main() -> std::io::Result<()> {
    experiments::task_worker()
}
