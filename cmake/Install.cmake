# cmake --install, and packages by CPack: './dev package' makes the Debian one of the released binary.
set(CMAKE_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE
  WORLD_READ WORLD_EXECUTE)
set(CMAKE_SKIP_INSTALL_ALL_DEPENDENCY ON)  # installing does not build
set(WHYWONTITSTART_MAINTAINER "The whywontitstart authors <whywontitstart@localhost>" CACHE STRING
  "Who answers for the Debian package")
set(DOC_FOLDER share/doc/whywontitstart)

install(TARGETS whywontitstart DESTINATION bin)
install(FILES "${PAGES}/whywontitstart.bash" DESTINATION share/bash-completion/completions RENAME whywontitstart)
install(FILES "${PAGES}/whywontitstart.fish" DESTINATION share/fish/vendor_completions.d)
file(GLOB documents CONFIGURE_DEPENDS "${CMAKE_SOURCE_DIR}/docs/*.md" "${CMAKE_SOURCE_DIR}/docs/*.json")
install(FILES ${documents} README.md DESTINATION ${DOC_FOLDER})
install(DIRECTORY rules/ DESTINATION ${DOC_FOLDER}/rules FILES_MATCHING PATTERN "*.yaml")
install(FILES packaging/copyright DESTINATION ${DOC_FOLDER})
install(FILES systemd/whywontitstart.catalog DESTINATION lib/systemd/catalog)

# What depends on where it goes: Debian's zsh looks into another folder below /usr than below /usr/local, the unit names the
# program, and manual pages and changes are packed, without the time of packing.
install(CODE "
  set(tree \"${CMAKE_SOURCE_DIR}\")
  set(pages \"${PAGES}\")
  set(scratch \"${CMAKE_BINARY_DIR}/to_install\")
  set(version ${PROJECT_VERSION})
  set(maintainer \"${WHYWONTITSTART_MAINTAINER}\")
  set(documents ${DOC_FOLDER})")
install(SCRIPT cmake/install_made.cmake)

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME whywontitstart)
set(CPACK_PACKAGE_VENDOR "The whywontitstart authors")
set(CPACK_PACKAGE_CONTACT "${WHYWONTITSTART_MAINTAINER}")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "names the reason why a program does not start")
set(CPACK_PACKAGE_DESCRIPTION
"Runs a program that does not start, follows every step of it and of all its
children, and says in one sentence what is in the way, how it knows, and what
to do. It needs neither source nor debug symbols nor root.

The program is one static file that works where libraries are what is broken.")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS ${CMAKE_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS})
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION admin)
set(CPACK_DEBIAN_PACKAGE_PRIORITY optional)
set(CPACK_DEBIAN_COMPRESSION_TYPE xz)
set(CPACK_THREADS 0)
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
set(CPACK_DEBIAN_PACKAGE_CONTROL_EXTRA "${CMAKE_SOURCE_DIR}/packaging/postinst" "${CMAKE_SOURCE_DIR}/packaging/postrm")
if(CMAKE_SYSTEM_PROCESSOR STREQUAL aarch64)
  set(CPACK_DEBIAN_PACKAGE_ARCHITECTURE arm64)
endif()
if(NOT WHYWONTITSTART_STATIC)
  set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
endif()
include(CPack)
