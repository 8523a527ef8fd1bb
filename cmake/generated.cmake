# SPDX-FileCopyrightText: 2026 The kernite authors
# SPDX-License-Identifier: BSD-2-Clause

# Adds generated C files (paths below gen/src) to a target.
function(kernite_generated_sources target)
  list(TRANSFORM ARGN PREPEND ${KERNITE_GEN_DIR}/src/ OUTPUT_VARIABLE sources)
  set_source_files_properties(${sources} TARGET_DIRECTORY ${target} PROPERTIES GENERATED TRUE)
  target_sources(${target} PRIVATE ${sources})
endfunction()
