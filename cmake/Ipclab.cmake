# How every folder becomes a target: all its sources, warnings as errors, includes from the root.
find_package(PkgConfig REQUIRED)
find_package(fmt REQUIRED)

find_program(CCACHE ccache)
if(CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CCACHE})
endif()

add_library(ipclab_options INTERFACE)
target_include_directories(ipclab_options INTERFACE ${CMAKE_SOURCE_DIR} ${CMAKE_BINARY_DIR}/generated)
target_compile_options(ipclab_options INTERFACE -Wall -Wextra -Wshadow -Wnon-virtual-dtor -Werror)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # g++ 12 reports these falsely inside the standard library when it inlines (gcc bugs 105329, 105651).
  target_compile_options(ipclab_options INTERFACE -Wno-restrict -Wno-dangling-pointer)
endif()
if(IPCLAB_SANITIZE)
  target_compile_options(ipclab_options INTERFACE -fsanitize=address,undefined -fno-sanitize-recover=all
                                                  -fno-omit-frame-pointer)
  target_link_options(ipclab_options INTERFACE -fsanitize=address,undefined)
endif()

# ipclab_library(NAME [DEPENDS targets...]): a static library of all .cpp files of this folder (main.cpp excepted).
function(ipclab_library name)
  cmake_parse_arguments(ARG "" "" "DEPENDS" ${ARGN})
  file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*.cpp ${CMAKE_CURRENT_SOURCE_DIR}/*.h)
  list(FILTER sources EXCLUDE REGEX "main\\.cpp$")
  if(NOT sources)
    add_library(${name} INTERFACE)
    return()
  endif()
  add_library(${name} STATIC ${sources})
  set_target_properties(${name} PROPERTIES LINKER_LANGUAGE CXX)
  target_link_libraries(${name} PUBLIC ipclab_options fmt::fmt ${ARG_DEPENDS})
endfunction()

# ipclab_tests(FOLDER [DEPENDS targets...]): one doctest program of all tests/FOLDER/*_test.cpp.
function(ipclab_tests folder)
  cmake_parse_arguments(ARG "" "" "DEPENDS" ${ARGN})
  string(REPLACE "/" "_" name ${folder})
  file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/tests/${folder}/*.cpp ${CMAKE_SOURCE_DIR}/tests/${folder}/*.h)
  if(sources)
    add_executable(test_${name} ${sources} ${CMAKE_SOURCE_DIR}/tests/main.cpp)
    target_link_libraries(test_${name} PRIVATE ipclab_options ${ARG_DEPENDS})
    target_compile_definitions(test_${name} PRIVATE IPCLAB_SOURCE_DIR="${CMAKE_SOURCE_DIR}")
    add_test(NAME ${folder} COMMAND test_${name})
    set_tests_properties(${folder} PROPERTIES TIMEOUT 300)
  endif()
endfunction()
