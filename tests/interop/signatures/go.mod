module solemn/interop/signatures

go 1.24.0

require (
	github.com/secure-systems-lab/go-securesystemslib v0.8.0
	github.com/transparency-dev/formats v0.1.0
	golang.org/x/mod v0.32.0
)

require (
	golang.org/x/crypto v0.17.0 // indirect
	golang.org/x/sys v0.15.0 // indirect
)
