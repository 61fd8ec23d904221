//! Generates the code for `hello.proto`.

fn main() -> Result<(), Box<dyn std::error::Error>> {
    protoc_gen_rmicro::Config::new().compile_protos(&["proto/hello.proto"], &["proto"])?;
    Ok(())
}
