# SPDX-FileCopyrightText: 2026 The kernite authors
# SPDX-License-Identifier: BSD-2-Clause

# What installing a build exports: headers, libtrona, the generated dispatchers, toolchain files and the CMake package.
# A program outside this tree then says find_package(kernite) and trona_server(...). One prefix an architecture.

function(kernite_install)
  if(KERNITE_ARCH STREQUAL "host")
    return()
  endif()
  set(share share/kernite)
  install(DIRECTORY ${KERNITE_GEN_DIR}/include/kn ${KERNITE_GEN_DIR}/include/lx ${CMAKE_SOURCE_DIR}/libtrona/include/
    DESTINATION include)
  install(TARGETS trona ARCHIVE DESTINATION lib)
  install(FILES ${KERNITE_USER_SCRIPT} DESTINATION ${share} OPTIONAL)
  install(DIRECTORY ${KERNITE_GEN_DIR}/src DESTINATION ${share} FILES_MATCHING PATTERN *_dispatch.c
    PATTERN invocation_dispatch.c EXCLUDE)
  install(FILES ${KERNITE_GEN_DIR}/doc/reference.md DESTINATION share/doc/kernite)
  install(FILES ${CMAKE_SOURCE_DIR}/cmake/toolchain-bare.cmake ${CMAKE_SOURCE_DIR}/cmake/toolchain-${KERNITE_ARCH}.cmake
    ${CMAKE_SOURCE_DIR}/cmake/flags.cmake ${CMAKE_SOURCE_DIR}/cmake/generated.cmake
    ${CMAKE_SOURCE_DIR}/cmake/user.cmake ${CMAKE_SOURCE_DIR}/cmake/kernite-config.cmake DESTINATION ${share})
endfunction()
