# Writes HEADER with the commit that is built, only if it is another one than before: cmake -DTREE=… -DHEADER=… -P
# Without git, or outside of a clone of our own, nobody knows it, and it stays empty.
set(commit "")
find_program(GIT git)
if(GIT)
  execute_process(COMMAND ${GIT} -C "${TREE}" rev-parse --show-toplevel
    OUTPUT_VARIABLE top OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
  if(top STREQUAL TREE)
    execute_process(COMMAND ${GIT} -C "${TREE}" describe --always --abbrev=12 --exclude=* --dirty=+
      OUTPUT_VARIABLE commit OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
  endif()
endif()
file(CONFIGURE OUTPUT "${HEADER}" CONTENT "#define WHYWONTITSTART_COMMIT \"${commit}\"\n" @ONLY)
