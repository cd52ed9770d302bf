# embed_files(TARGET FOLDER PATTERN): the files of FOLDER that match PATTERN become part of TARGET, to be read with
# embedded_files("FOLDER") of base/embedded.h. A new or changed file rebuilds.
function(embed_files target folder pattern)
  file(GLOB files CONFIGURE_DEPENDS "${CMAKE_SOURCE_DIR}/${folder}/${pattern}")
  set(assembly "${CMAKE_BINARY_DIR}/embedded_${folder}.S")
  set(text ".section .rodata\n.global embedded_${folder}_table\n")
  set(table "")
  set(index 0)
  foreach(file IN LISTS files)
    get_filename_component(name "${file}" NAME)
    string(APPEND text "name_${index}: .asciz \"${name}\"\n"
                       "data_${index}: .incbin \"${file}\"\nend_${index}: .byte 0\n")
    string(APPEND table ".quad name_${index}, data_${index}, end_${index} - data_${index}\n")
    math(EXPR index "${index} + 1")
  endforeach()
  # The table holds addresses, so a position-independent program must be able to relocate it.
  string(APPEND text ".section .data.rel.ro, \"aw\"\n.balign 8\nembedded_${folder}_table:\n${table}.quad 0, 0, 0\n"
                     ".section .note.GNU-stack, \"\", %progbits\n")
  file(CONFIGURE OUTPUT "${assembly}" CONTENT "${text}" @ONLY)
  set_source_files_properties("${assembly}" PROPERTIES OBJECT_DEPENDS "${files}")
  target_sources(${target} PRIVATE "${assembly}")
endfunction()

# embed_output(TARGET SYMBOL COMMAND): what COMMAND, an executable of this build, writes to standard output becomes part
# of TARGET, from SYMBOL to SYMBOL_end.
function(embed_output target symbol command)
  set(output "${CMAKE_BINARY_DIR}/${symbol}.bin")
  set(assembly "${CMAKE_BINARY_DIR}/${symbol}.S")
  add_custom_command(OUTPUT "${output}" COMMAND ${command} > "${output}" DEPENDS ${command} VERBATIM)
  string(CONCAT text ".section .rodata\n.balign 8\n.global ${symbol}, ${symbol}_end\n"
                     "${symbol}: .incbin \"${output}\"\n${symbol}_end:\n"
                     ".section .note.GNU-stack, \"\", %progbits\n")
  file(CONFIGURE OUTPUT "${assembly}" CONTENT "${text}" @ONLY)
  set_source_files_properties("${assembly}" PROPERTIES OBJECT_DEPENDS "${output}")
  target_sources(${target} PRIVATE "${assembly}")
endfunction()
