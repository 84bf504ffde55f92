#pragma once
// How one multiplication is done: a template policy, never a pointer per multiplication. Bulk work picks a policy once,
// through the kernel tables of curve/, msm/ and fft/; everything outside kernels uses Portable.
namespace solemn::field {

/// unsigned __int128, constexpr: the reference.
struct Portable {};
/// MULX/ADCX/ADOX inline assembly, x86-64 only. Needs no compiler flag; must only run where base::cpu_features() says
/// so.
struct Adx {};

}  // namespace solemn::field
