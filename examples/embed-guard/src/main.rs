// Prints what is inside. A real program gives the key to its verifier.
#[cfg(feature = "zk-vk-provisioned")]
mod vk {
    include!("vk_snippet.rs");
}

fn main() {
    #[cfg(feature = "zk-vk-provisioned")]
    {
        let key = vk::program_vk_lookup(&vk::PROGRAM_HASH_EXAMPLE).expect("the program's own key");
        assert!(vk::program_vk_lookup(&[0; 32]).is_none());
        println!("{} bytes", key.len());
    }
    #[cfg(not(feature = "zk-vk-provisioned"))]
    println!("no key");
}
