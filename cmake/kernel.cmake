# SPDX-FileCopyrightText: 2026 The kernite authors
# SPDX-License-Identifier: BSD-2-Clause

# The kernel's targets: kernite_objects (all sources), from it kernite.elf or, on the host, kernite_host.

# Adds the sources of one folder to the kernel: kernite_sources(cnode.c cnode_decode.c ...).
function(kernite_sources)
  target_sources(kernite_objects PRIVATE ${ARGN})
endfunction()

# The same for code that runs at boot, on the way to a panic, or once for a rare object: it is compiled for size.
function(kernite_cold_sources)
  kernite_sources(${ARGN})
  set_source_files_properties(${ARGN} TARGET_DIRECTORY kernite_objects
    PROPERTIES COMPILE_OPTIONS $<$<CONFIG:Release>:-Oz>)
endfunction()

# Sources that only debug kernels and the host port have.
function(kernite_debug_sources)
  if(CMAKE_BUILD_TYPE STREQUAL "Debug" OR KERNITE_ARCH STREQUAL "host")
    kernite_cold_sources(${ARGN})
  endif()
endfunction()

# kernel/asm_offsets.h: offsets for assembly, read off the compiler's own output for arch/<arch>/asm_offsets.c.
function(kernite_asm_offsets)
  add_library(kernite_asm_offsets OBJECT arch/${KERNITE_ARCH}/asm_offsets.c)
  target_link_libraries(kernite_asm_offsets PRIVATE kernite_config)
  target_compile_options(kernite_asm_offsets PRIVATE -S -g0 -fno-lto)
  set(header ${KERNITE_GEN_DIR}/offsets/kernel/asm_offsets.h)
  add_custom_command(
    OUTPUT ${header}
    COMMAND ${KERNITE_PYTHON} ${CMAKE_SOURCE_DIR}/codegen/asm_offsets.py $<TARGET_OBJECTS:kernite_asm_offsets> ${header}
    DEPENDS $<TARGET_OBJECTS:kernite_asm_offsets> ${CMAKE_SOURCE_DIR}/codegen/asm_offsets.py
    COMMENT "Generating kernel/asm_offsets.h" COMMAND_EXPAND_LISTS VERBATIM)
  add_custom_target(kernite_asm_offsets_header DEPENDS ${header})
  add_dependencies(kernite_objects kernite_asm_offsets_header)
  target_include_directories(kernite_objects PRIVATE ${KERNITE_GEN_DIR}/offsets)
endfunction()

# kernite.elf and, where the machine boots a flat image, kernite.img.
function(kernite_image)
  set(script ${CMAKE_CURRENT_SOURCE_DIR}/arch/${KERNITE_ARCH}/kernel.ld)
  add_executable(kernite $<TARGET_OBJECTS:kernite_objects>)
  set_target_properties(kernite PROPERTIES OUTPUT_NAME kernite.elf LINKER_LANGUAGE C LINK_DEPENDS ${script})
  target_link_libraries(kernite PRIVATE kernite_flags_kernel)
  # Release kernels are optimised as a whole: object, scheduler and architecture are apart in the sources only. What is
  # inlined is what saves room by it, and what is marked ALWAYS_INLINE because it is on a path that counts.
  set(limit "SHELL:-mllvm -inline-threshold=25")
  target_compile_options(kernite_objects PRIVATE "$<$<AND:$<CONFIG:Release>,$<COMPILE_LANGUAGE:C>>:-flto;${limit}>")
  target_link_options(kernite PRIVATE -T ${script} "$<$<CONFIG:Release>:--lto-O2;${limit}>")
  if(KERNITE_ARCH STREQUAL "aarch64")
    add_custom_command(TARGET kernite POST_BUILD
      COMMAND llvm-objcopy -O binary $<TARGET_FILE:kernite> ${CMAKE_CURRENT_BINARY_DIR}/kernite.img
      BYPRODUCTS ${CMAKE_CURRENT_BINARY_DIR}/kernite.img VERBATIM)
  endif()
endfunction()
