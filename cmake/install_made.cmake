# Installs what has to be made for its place; included by cmake_install.cmake, which sets tree, pages, scratch, version,
# maintainer and documents.
string(RANDOM one_of_its_own)
set(scratch "${scratch}.${one_of_its_own}")

function(install_as text place)
  get_filename_component(name "${place}" NAME)
  get_filename_component(folder "${place}" DIRECTORY)
  file(WRITE "${scratch}/${name}" "${text}")
  file(INSTALL "${scratch}/${name}" DESTINATION "${CMAKE_INSTALL_PREFIX}/${folder}")
endfunction()

function(install_packed file place)
  find_program(GZIP gzip REQUIRED)
  get_filename_component(name "${place}" NAME)
  get_filename_component(folder "${place}" DIRECTORY)
  file(MAKE_DIRECTORY "${scratch}")
  execute_process(COMMAND ${GZIP} -9nc "${file}" OUTPUT_FILE "${scratch}/${name}" COMMAND_ERROR_IS_FATAL ANY)
  file(INSTALL "${scratch}/${name}" DESTINATION "${CMAKE_INSTALL_PREFIX}/${folder}")
endfunction()

install_packed("${pages}/whywontitstart.1" share/man/man1/whywontitstart.1.gz)
install_packed("${tree}/CHANGELOG.md" ${documents}/NEWS.md.gz)

if(CMAKE_INSTALL_PREFIX STREQUAL "/usr")
  file(INSTALL "${pages}/_whywontitstart" DESTINATION "${CMAKE_INSTALL_PREFIX}/share/zsh/vendor-completions")
else()
  file(INSTALL "${pages}/_whywontitstart" DESTINATION "${CMAKE_INSTALL_PREFIX}/share/zsh/site-functions")
endif()

file(READ "${tree}/systemd/whywontitstart@.service" unit)
string(REPLACE "/usr/bin/whywontitstart" "${CMAKE_INSTALL_PREFIX}/bin/whywontitstart" unit "${unit}")
install_as("${unit}" lib/systemd/system/whywontitstart@.service)

if(CPACK_PACKAGE_NAME OR CMAKE_INSTALL_PREFIX STREQUAL "/usr")
  string(TIMESTAMP date "%a, %d %b %Y %H:%M:%S +0000" UTC)
  file(WRITE "${scratch}/changelog"
    "whywontitstart (${version}) unstable; urgency=medium\n\n  * What a user notices is in NEWS.md.gz.\n\n"
    " -- ${maintainer}  ${date}\n")
  install_packed("${scratch}/changelog" ${documents}/changelog.gz)
  file(INSTALL "${tree}/packaging/lintian-overrides" DESTINATION "${CMAKE_INSTALL_PREFIX}/share/lintian/overrides"
    RENAME whywontitstart)
endif()
file(REMOVE_RECURSE "${scratch}")
