# SPDX-FileCopyrightText: 2026 The kernite authors
# SPDX-License-Identifier: BSD-2-Clause

# Builds kernel and in-guest tests with all numbers of the ABI permuted, and runs the tests:
# cmake -DSOURCE=<tree> -DBUILD=<folder> -DTOOLCHAIN=<file> [-DSEED=<number>] -P shuffled.cmake

if(NOT SEED)
  set(SEED 20260101)
endif()
execute_process(
  COMMAND ${CMAKE_COMMAND} -S ${SOURCE} -B ${BUILD} -G Ninja -DCMAKE_TOOLCHAIN_FILE=${TOOLCHAIN}
    -DCMAKE_BUILD_TYPE=Debug -DKERNITE_SHUFFLE=${SEED}
  COMMAND_ERROR_IS_FATAL ANY)
execute_process(COMMAND ${CMAKE_COMMAND} --build ${BUILD} --target kernel_tests COMMAND_ERROR_IS_FATAL ANY)
execute_process(COMMAND ${CMAKE_CTEST_COMMAND} --test-dir ${BUILD} --output-on-failure --no-tests=error -L "^kernel$"
  COMMAND_ERROR_IS_FATAL ANY)
