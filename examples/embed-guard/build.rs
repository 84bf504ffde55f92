// Refuses to build with a verification key that is not, byte for byte, what the signed bundle gives.
//
//   solemn embed --bundle attestation_bundle.tar.gz --root-pubkey root.pub --program-id-str example-program-v1 \
//     --const-prefix EXAMPLE --out src/vk_snippet.rs
//   cargo build --features zk-vk-provisioned
//
// Environment: SOLEMN (the program), EMBED_BUNDLE (the bundle), EMBED_ROOT_PUBKEY (the key that is trusted, from your own
// records, never from beside the bundle).
use std::env;
use std::process::Command;

const SNIPPET: &str = "src/vk_snippet.rs";
const PROGRAM_ID: &str = "example-program-v1";
const PREFIX: &str = "EXAMPLE";

fn required(name: &str) -> String {
    println!("cargo:rerun-if-env-changed={name}");
    env::var(name).unwrap_or_else(|_| panic!("set {name}: the key cannot be checked without it"))
}

fn main() {
    println!("cargo:rerun-if-changed={SNIPPET}");
    if env::var_os("CARGO_FEATURE_ZK_VK_PROVISIONED").is_none() {
        println!("cargo:warning=built without zk-vk-provisioned: no verification key inside");
        return;
    }
    let bundle = required("EMBED_BUNDLE");
    println!("cargo:rerun-if-changed={bundle}");
    let root = required("EMBED_ROOT_PUBKEY");
    println!("cargo:rerun-if-changed={root}");
    println!("cargo:rerun-if-env-changed=SOLEMN");
    let solemn = env::var("SOLEMN").unwrap_or_else(|_| "solemn".into());
    let result = Command::new(&solemn)
        .args(["embed", "check", SNIPPET, "--bundle", &bundle, "--root-pubkey", &root])
        .args(["--program-id-str", PROGRAM_ID, "--const-prefix", PREFIX])
        .output()
        .unwrap_or_else(|error| panic!("cannot run {solemn}: {error}"));
    if !result.status.success() {
        panic!(
            "the verification key in {SNIPPET} is refused ({}):\n{}{}",
            result.status,
            String::from_utf8_lossy(&result.stdout),
            String::from_utf8_lossy(&result.stderr)
        );
    }
}
