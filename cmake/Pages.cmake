# Everything that repeats what the program knows of its options and causes is made from its own tables.
file(GLOB pages_sources CONFIGURE_DEPENDS "${CMAKE_SOURCE_DIR}/tools/pages/*.cpp")
file(GLOB pages_shapes CONFIGURE_DEPENDS "${CMAKE_SOURCE_DIR}/tools/pages/*.in" "${CMAKE_SOURCE_DIR}/tools/pages/*.yaml")
add_executable(make_pages ${pages_sources})
target_include_directories(make_pages PRIVATE "${CMAKE_SOURCE_DIR}")
target_link_libraries(make_pages PRIVATE core)

set(PAGES "${CMAKE_BINARY_DIR}/pages")
file(MAKE_DIRECTORY "${PAGES}")
foreach(page man:whywontitstart.1 bash:whywontitstart.bash zsh:_whywontitstart fish:whywontitstart.fish causes:causes.md)
  string(REGEX MATCH "(.*):(.*)" _ "${page}")
  set(file "${PAGES}/${CMAKE_MATCH_2}")
  add_custom_command(OUTPUT "${file}"
    COMMAND make_pages "${CMAKE_SOURCE_DIR}/tools/pages" ${CMAKE_MATCH_1} > "${file}.new"
    COMMAND ${CMAKE_COMMAND} -E rename "${file}.new" "${file}"
    DEPENDS make_pages ${pages_shapes} VERBATIM)
  list(APPEND page_files "${file}")
endforeach()
add_custom_target(pages ALL DEPENDS ${page_files})
