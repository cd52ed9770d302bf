find_program(CCACHE ccache)
if(CCACHE)
  # The precompiled header is safe to share: nothing of ours uses __DATE__ or __TIME__. Paths below the tree do not
  # count, so that all worktrees share one cache.
  set(launcher ${CMAKE_COMMAND} -E env CCACHE_SLOPPINESS=pch_defines,time_macros
    CCACHE_BASEDIR=${CMAKE_SOURCE_DIR} CCACHE_NOHASHDIR=1 ${CCACHE})
  set(CMAKE_C_COMPILER_LAUNCHER ${launcher})
  set(CMAKE_CXX_COMPILER_LAUNCHER ${launcher})
endif()

add_library(project_options INTERFACE)
target_compile_options(project_options INTERFACE
  $<$<COMPILE_LANGUAGE:CXX>:-Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wno-sign-conversion>
  $<$<COMPILE_LANG_AND_ID:CXX,GNU>:-fpch-preprocess>
  -ffunction-sections -fdata-sections)
if(WHYWONTITSTART_WERROR)
  target_compile_options(project_options INTERFACE $<$<COMPILE_LANGUAGE:CXX>:-Werror>)
endif()
if(CMAKE_BUILD_TYPE STREQUAL "Debug")
  target_compile_definitions(project_options INTERFACE _GLIBCXX_ASSERTIONS)
endif()

if(WHYWONTITSTART_SANITIZE)
  target_compile_options(project_options INTERFACE -fsanitize=address,undefined -fno-omit-frame-pointer)
  target_link_options(project_options INTERFACE -fsanitize=address,undefined)
endif()
if(WHYWONTITSTART_FUZZ)
  target_compile_options(project_options INTERFACE -fsanitize=fuzzer-no-link -fno-sanitize-recover=all)
endif()

# A tool for broken machines has to start on them, so the release loads no shared object. The linker warns of every
# glibc call that would load one all the same (getpwnam, getaddrinfo, dlopen): those warnings are errors.
function(link_statically_if_wanted target)
  if(WHYWONTITSTART_STATIC)
    set_target_properties(${target} PROPERTIES POSITION_INDEPENDENT_CODE ON)
    target_link_options(${target} PRIVATE -static-pie -Wl,--fatal-warnings -Wl,--gc-sections)
  endif()
endfunction()
if(WHYWONTITSTART_STATIC)
  set(CMAKE_POSITION_INDEPENDENT_CODE ON)
endif()
