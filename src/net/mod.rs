//! (to come)
/// to come
pub fn shutdown() {}
