# libstdb for CMake: find_package(stdb), then link one of
#
#   stdb::stdb    the shared library
#   stdb::static  the static library, with what it needs of the system
#   stdb::cpp     the shared library and its C++17 layer, stdb.hpp
#
# Everything is found relative to this file, which lies in PREFIX/share/cmake/stdb, so that the whole may be moved.

get_filename_component(_stdb_prefix "${CMAKE_CURRENT_LIST_DIR}/../../.." ABSOLUTE)
set(_stdb_include "${_stdb_prefix}/include")
file(GLOB _stdb_folders "${_stdb_prefix}/lib" "${_stdb_prefix}/lib64" "${_stdb_prefix}/lib/*-*-*")

function(_stdb_find_file variable)
    foreach(folder IN LISTS _stdb_folders)
        foreach(name IN LISTS ARGN)
            if(EXISTS "${folder}/${name}")
                set(${variable} "${folder}/${name}" PARENT_SCOPE)
                return()
            endif()
        endforeach()
    endforeach()
    set(${variable} "" PARENT_SCOPE)
endfunction()

list(APPEND _stdb_folders "${_stdb_prefix}/bin")
_stdb_find_file(_stdb_shared libstdb.so libstdb.dylib stdb.dll)
_stdb_find_file(_stdb_import stdb.dll.lib stdb.dll.a libstdb.dll.a)
_stdb_find_file(_stdb_static libstdb.a stdb.lib)

if(_stdb_shared AND NOT TARGET stdb::stdb)
    add_library(stdb::stdb SHARED IMPORTED)
    set_target_properties(stdb::stdb PROPERTIES
        IMPORTED_LOCATION "${_stdb_shared}"
        INTERFACE_INCLUDE_DIRECTORIES "${_stdb_include}")
    if(_stdb_import)
        set_target_properties(stdb::stdb PROPERTIES IMPORTED_IMPLIB "${_stdb_import}")
    endif()
endif()

if(_stdb_static AND NOT TARGET stdb::static)
    add_library(stdb::static STATIC IMPORTED)
    set_target_properties(stdb::static PROPERTIES
        IMPORTED_LOCATION "${_stdb_static}"
        INTERFACE_INCLUDE_DIRECTORIES "${_stdb_include}")
    if(WIN32)
        set(_stdb_system ws2_32 userenv ntdll bcrypt advapi32 crypt32 secur32 ncrypt)
    elseif(APPLE)
        set(_stdb_system "-framework Security" "-framework CoreFoundation" iconv)
    else()
        set(_stdb_system m pthread dl)
    endif()
    set_target_properties(stdb::static PROPERTIES INTERFACE_LINK_LIBRARIES "${_stdb_system}")
endif()

if(TARGET stdb::stdb AND EXISTS "${_stdb_include}/stdb.hpp" AND NOT TARGET stdb::cpp)
    add_library(stdb::cpp INTERFACE IMPORTED)
    set_target_properties(stdb::cpp PROPERTIES
        INTERFACE_LINK_LIBRARIES stdb::stdb
        INTERFACE_COMPILE_FEATURES cxx_std_17)
endif()

if(NOT TARGET stdb::stdb AND NOT TARGET stdb::static)
    set(stdb_FOUND FALSE)
    set(stdb_NOT_FOUND_MESSAGE "there is no libstdb in ${_stdb_folders}")
endif()

unset(_stdb_prefix)
unset(_stdb_include)
unset(_stdb_folders)
unset(_stdb_shared)
unset(_stdb_import)
unset(_stdb_static)
unset(_stdb_system)
