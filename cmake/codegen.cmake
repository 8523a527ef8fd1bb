# SPDX-FileCopyrightText: 2026 The kernite authors
# SPDX-License-Identifier: BSD-2-Clause

# From uapi/ to ${CMAKE_BINARY_DIR}/gen. Consumers link kernite_gen.

include(generated)

set(KERNITE_PYTHON /usr/bin/python3) # Debian's own, which sees Debian's python3-* packages
set(KERNITE_GEN_DIR ${CMAKE_BINARY_DIR}/gen)
set(KERNITE_SHUFFLE "" CACHE STRING "Seed: permute all numbers of the ABI, to show that nothing depends on them")

# Runs the generator and makes kernite_gen, the INTERFACE target of everything generated.
function(kernite_generate)
  file(GLOB_RECURSE inputs CONFIGURE_DEPENDS
    ${CMAKE_SOURCE_DIR}/uapi/*.yaml ${CMAKE_SOURCE_DIR}/codegen/*.py ${CMAKE_SOURCE_DIR}/codegen/templates/*)
  set(command ${KERNITE_PYTHON} ${CMAKE_SOURCE_DIR}/codegen/main.py --arch ${KERNITE_ARCH} --out ${KERNITE_GEN_DIR})
  if(KERNITE_SHUFFLE)
    list(APPEND command --shuffle ${KERNITE_SHUFFLE})
  endif()
  execute_process(COMMAND ${command} --list OUTPUT_VARIABLE outputs COMMAND_ERROR_IS_FATAL ANY)
  string(REPLACE "\n" ";" outputs "${outputs}")
  list(FILTER outputs EXCLUDE REGEX "^$")
  list(TRANSFORM outputs PREPEND ${KERNITE_GEN_DIR}/)
  # Unchanged files keep their time; the stamp tells ninja that they were looked at.
  if(NOT KERNITE_SHUFFLE)
    list(APPEND command --check-lock=warn) # a test makes it an error
  endif()
  add_custom_command(
    OUTPUT ${KERNITE_GEN_DIR}/stamp
    BYPRODUCTS ${outputs}
    COMMAND ${command}
    COMMAND ${CMAKE_COMMAND} -E touch ${KERNITE_GEN_DIR}/stamp
    DEPENDS ${inputs}
    COMMENT "Generating the ABI" VERBATIM)
  add_custom_target(kernite_gen_files ALL DEPENDS ${KERNITE_GEN_DIR}/stamp)
  add_library(kernite_gen INTERFACE)
  add_dependencies(kernite_gen kernite_gen_files)
  target_include_directories(kernite_gen INTERFACE ${KERNITE_GEN_DIR}/include)
endfunction()
