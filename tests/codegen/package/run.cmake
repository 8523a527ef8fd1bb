# SPDX-FileCopyrightText: 2026 The kernite authors
# SPDX-License-Identifier: BSD-2-Clause

# Installs the build in BUILD and builds the program of this folder against the installation, outside the tree:
# cmake -DBUILD=... -DARCH=... -P run.cmake

set(prefix ${BUILD}/package-test/prefix)
set(program ${BUILD}/package-test/build)
file(REMOVE_RECURSE ${BUILD}/package-test)
execute_process(COMMAND ${CMAKE_COMMAND} --install ${BUILD} --prefix ${prefix}
  OUTPUT_QUIET COMMAND_ERROR_IS_FATAL ANY)
execute_process(COMMAND ${CMAKE_COMMAND} -G Ninja -S ${CMAKE_CURRENT_LIST_DIR} -B ${program}
  -DCMAKE_TOOLCHAIN_FILE=${prefix}/share/kernite/toolchain-${ARCH}.cmake
  -Dkernite_DIR=${prefix}/share/kernite COMMAND_ERROR_IS_FATAL ANY)
execute_process(COMMAND ${CMAKE_COMMAND} --build ${program} COMMAND_ERROR_IS_FATAL ANY)
foreach(name hello hello_sel4)
  if(NOT EXISTS ${program}/tests/${name})
    message(FATAL_ERROR "${name} was not built")
  endif()
endforeach()
