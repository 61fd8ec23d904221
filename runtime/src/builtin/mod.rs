//! The services that gRPC servers have of themselves: health and reflection.

pub(crate) mod health;
pub(crate) mod reflection;

use crate::Descriptors;

/// The files of `proto/grpc`; a test compares.
static FILES: Descriptors = Descriptors::new(include_bytes!("builtin.binpb"), &[]);

#[cfg(test)]
mod tests {
    use super::FILES;

    #[test]
    fn the_descriptors_are_whole() {
        let pool = FILES.pool().unwrap();
        let names: Vec<_> = pool.services().map(|service| service.full_name()).collect();
        for name in [
            "grpc.health.v1.Health",
            "grpc.reflection.v1.ServerReflection",
            "grpc.reflection.v1alpha.ServerReflection",
        ] {
            assert!(names.contains(&name), "{names:?}");
        }
    }
}
