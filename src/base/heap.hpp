#pragma once
// How the process gets memory for the blocks of points that come and go all the time: it keeps what is freed, and takes
// pages of 2 MiB where the system has them. A page fault costs two microseconds of a virtual machine, the way back at
// the end half a one: in pages of 4 KiB that was 5 % of a step of half a second, most of it on one thread.
#include <cstddef>

namespace solemn::base {

/// For main(), before there are threads: one heap for all of them, whose freed memory stays, in large pages as far as
/// it does not grow above 1 GiB. The peak stays what it was, to one large page. Nothing but the order of calls can go
/// wrong: where address space is limited, or the system has no large pages, small ones are used.
void set_up_heap() noexcept;

/// The same wish for what is mapped apart, as the C library does above 32 MiB. Domain: any memory of this process;
/// only the large pages inside it are meant.
void prefer_large_pages(void* memory, std::size_t n_bytes) noexcept;

}  // namespace solemn::base
