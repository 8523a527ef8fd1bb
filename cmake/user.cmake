# SPDX-FileCopyrightText: 2026 The kernite authors
# SPDX-License-Identifier: BSD-2-Clause

# Targets of user mode: servers, root tasks of tests, the runtime image. On the host they are left out: there a server's
# objects are built by its test/ folder.

if(NOT DEFINED KERNITE_USER_SCRIPT) # the installed package has its own
  set(KERNITE_USER_SCRIPT ${CMAKE_SOURCE_DIR}/libtrona/user.ld)
endif()

# A static program at a fixed address; the stripped copy goes to OUTPUT, the one with symbols stays beside its objects.
function(trona_program name output script)
  cmake_parse_arguments(PARSE_ARGV 3 arg "" "" "SOURCES;PROTOCOLS")
  if(KERNITE_ARCH STREQUAL "host")
    return()
  endif()
  add_executable(${name} ${arg_SOURCES})
  set_target_properties(${name} PROPERTIES SUFFIX .elf LINKER_LANGUAGE C LINK_DEPENDS ${script})
  list(TRANSFORM arg_PROTOCOLS APPEND _dispatch.c)
  if(arg_PROTOCOLS)
    kernite_generated_sources(${name} ${arg_PROTOCOLS})
  endif()
  target_include_directories(${name} PRIVATE ${CMAKE_CURRENT_SOURCE_DIR})
  target_link_libraries(${name} PRIVATE trona)
  target_link_options(${name} PRIVATE -T ${script} --gc-sections)
  add_custom_command(TARGET ${name} POST_BUILD
    COMMAND ${CMAKE_COMMAND} -E make_directory ${output}
    COMMAND llvm-objcopy --strip-all $<TARGET_FILE:${name}> ${output}/${name}
    BYPRODUCTS ${output}/${name} VERBATIM)
endfunction()

# A system server or driver: trona_server(vfs SOURCES main.c ... PROTOCOLS vfs).
function(trona_server name)
  trona_program(${name} ${CMAKE_BINARY_DIR}/system ${KERNITE_USER_SCRIPT} ${ARGN})
endfunction()

# A test that is its own root task: trona_root_task(cspace SOURCES cspace.c).
function(trona_root_task name)
  trona_program(${name} ${CMAKE_BINARY_DIR}/tests ${KERNITE_USER_SCRIPT} ${ARGN})
endfunction()

# The image of the Linux layer, with a linker script of its own: trona_runtime(linux SCRIPT linux.ld SOURCES ...).
function(trona_runtime name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "SCRIPT" "SOURCES;PROTOCOLS")
  trona_program(${name} ${CMAKE_BINARY_DIR}/system ${CMAKE_CURRENT_SOURCE_DIR}/${arg_SCRIPT}
    SOURCES ${arg_SOURCES} PROTOCOLS ${arg_PROTOCOLS})
endfunction()

# Host only: a program of unit tests over a server's objects, label unit: trona_unit_test(mmsrv SOURCES region.c test/region.c).
# libtrona's string routines are the C library's here.
function(trona_unit_test name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "SOURCES")
  set(folder ${CMAKE_SOURCE_DIR}/libtrona)
  add_executable(unit_${name} ${arg_SOURCES} ${folder}/test/unit_main.c ${folder}/test/heap_host.c)
  target_include_directories(unit_${name} PRIVATE ${CMAKE_CURRENT_SOURCE_DIR} ${CMAKE_CURRENT_SOURCE_DIR}/.. ${folder}/include
    ${folder}/test)
  target_link_libraries(unit_${name} PRIVATE kernite_flags_common kernite_gen)
  add_test(NAME unit-${name} COMMAND unit_${name})
  set_tests_properties(unit-${name} PROPERTIES LABELS unit)
endfunction()
