# SPDX-FileCopyrightText: 2026 The kernite authors
# SPDX-License-Identifier: BSD-2-Clause

# The installed package: targets kernite_gen (headers) and trona, functions trona_server and trona_root_task. Configure
# with -DCMAKE_TOOLCHAIN_FILE=<prefix>/share/kernite/toolchain-<arch>.cmake.

get_filename_component(prefix ${CMAKE_CURRENT_LIST_DIR}/../.. ABSOLUTE)
set(KERNITE_GEN_DIR ${CMAKE_CURRENT_LIST_DIR})
set(KERNITE_USER_SCRIPT ${CMAKE_CURRENT_LIST_DIR}/user.ld)
include(${CMAKE_CURRENT_LIST_DIR}/flags.cmake)
include(${CMAKE_CURRENT_LIST_DIR}/generated.cmake)
include(${CMAKE_CURRENT_LIST_DIR}/user.cmake)

add_library(kernite_gen INTERFACE)
target_include_directories(kernite_gen INTERFACE ${prefix}/include)
add_library(trona STATIC IMPORTED)
set_target_properties(trona PROPERTIES IMPORTED_LOCATION ${prefix}/lib/libtrona.a)
target_link_libraries(trona INTERFACE kernite_flags_user kernite_gen)
