# SPDX-FileCopyrightText: 2026 The kernite authors
# SPDX-License-Identifier: BSD-2-Clause

# Compiler and linker flags, in three INTERFACE targets: kernite_flags_common, _kernel, _user.

if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE Release)
endif()
# -g for C only: clang 14 writes the build folder into the debug information of assembly.
set(CMAKE_C_FLAGS_RELEASE "-O2")
set(CMAKE_C_FLAGS_DEBUG "-O1 -g")
set(CMAKE_ASM_FLAGS_RELEASE "")
set(CMAKE_ASM_FLAGS_DEBUG "")

add_library(kernite_flags_common INTERFACE)
target_compile_options(kernite_flags_common INTERFACE
  $<$<COMPILE_LANGUAGE:C>:-std=c2x>
  -Wall -Wextra -Wundef -Wshadow -Wswitch $<$<BOOL:${KERNITE_IN_TREE}>:-Werror>
  $<$<COMPILE_LANGUAGE:C>:-Wmissing-prototypes> $<$<COMPILE_LANGUAGE:C>:-Wstrict-prototypes>
  # The same bytes wherever the tree lies.
  -ffile-prefix-map=${CMAKE_SOURCE_DIR}=. -fdebug-compilation-dir=.)
target_compile_definitions(kernite_flags_common INTERFACE
  CONFIG_DEBUG=$<CONFIG:Debug>
  # A keyword in C23, which clang 14's c2x lacks.
  $<$<COMPILE_LANGUAGE:C>:static_assert=_Static_assert>)

# Code that runs on the machine itself, kernel and user alike.
add_library(kernite_flags_bare INTERFACE)
target_compile_options(kernite_flags_bare INTERFACE
  -ffreestanding -fno-pic -fno-stack-protector -fno-asynchronous-unwind-tables
  # Neither the kernel nor a server touches the vector state of programs.
  -mgeneral-regs-only
  # The none-elf targets keep frame pointers by default: a tenth of a system call's instructions.
  $<$<CONFIG:Release>:-fomit-frame-pointer>)
target_link_options(kernite_flags_bare INTERFACE
  -static -nostdlib --build-id=none "SHELL:-z max-page-size=0x1000" "SHELL:-z noexecstack")

add_library(kernite_flags_kernel INTERFACE)
add_library(kernite_flags_user INTERFACE)
target_link_libraries(kernite_flags_kernel INTERFACE kernite_flags_common)
target_link_libraries(kernite_flags_user INTERFACE kernite_flags_common)

if(KERNITE_ARCH STREQUAL "x86_64")
  target_link_libraries(kernite_flags_kernel INTERFACE kernite_flags_bare)
  target_link_libraries(kernite_flags_user INTERFACE kernite_flags_bare)
  # The kernel lives in the top 2 GiB; interrupts and faults push onto its stack.
  target_compile_options(kernite_flags_kernel INTERFACE -mcmodel=kernel -mno-red-zone)
elseif(KERNITE_ARCH STREQUAL "aarch64")
  target_link_libraries(kernite_flags_kernel INTERFACE kernite_flags_bare)
  target_link_libraries(kernite_flags_user INTERFACE kernite_flags_bare)
  # Atomics need no run-time library.
  target_compile_options(kernite_flags_bare INTERFACE -mno-outline-atomics)
  # Unaligned accesses fault before the MMU is on. User mode may make them: memcpy depends on it for its speed.
  target_compile_options(kernite_flags_kernel INTERFACE -mstrict-align)
elseif(KERNITE_ARCH STREQUAL "host")
  target_compile_options(kernite_flags_common INTERFACE -fPIC -fno-omit-frame-pointer)
  if(CMAKE_BUILD_TYPE STREQUAL "Debug")
    target_compile_options(kernite_flags_common INTERFACE
      -fsanitize=address,undefined -fno-sanitize-recover=undefined)
    target_link_options(kernite_flags_common INTERFACE -fsanitize=address,undefined)
  endif()
else()
  message(FATAL_ERROR "KERNITE_ARCH is '${KERNITE_ARCH}': configure with a preset")
endif()
