# One INTERFACE target carries the compiler settings of all our code.
add_library(awb_flags INTERFACE)
target_include_directories(awb_flags INTERFACE ${PROJECT_SOURCE_DIR})
target_compile_options(awb_flags INTERFACE
    -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wnon-virtual-dtor -Wold-style-cast
    $<$<BOOL:${AWB_WERROR}>:-Werror>)
# GCC 12 warns falsely of overlapping and of endless copies in std::string's operator+ (GCC bug 105651).
if(CMAKE_CXX_COMPILER_ID STREQUAL GNU AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
    target_compile_options(awb_flags INTERFACE -Wno-restrict -Wno-stringop-overflow)
endif()
target_compile_definitions(awb_flags INTERFACE
    QT_NO_KEYWORDS QT_NO_CAST_FROM_ASCII QT_NO_CAST_TO_ASCII QT_NO_NARROWING_CONVERSIONS_IN_CONNECT
    JSON_USE_IMPLICIT_CONVERSIONS=0)
if(AWB_SANITIZE)
    target_compile_options(awb_flags INTERFACE -fsanitize=${AWB_SANITIZE} -fno-omit-frame-pointer)
    target_link_options(awb_flags INTERFACE -fsanitize=${AWB_SANITIZE})
endif()
if(AWB_FUZZ)
    if(NOT CMAKE_CXX_COMPILER_ID MATCHES Clang)
        message(FATAL_ERROR "libFuzzer is a part of Clang: configure with -DCMAKE_CXX_COMPILER=clang++")
    endif()
    target_compile_options(awb_flags INTERFACE -fsanitize=fuzzer-no-link,address,undefined
                           -fno-sanitize-recover=undefined -fno-omit-frame-pointer -g1)
    target_link_options(awb_flags INTERFACE -fsanitize=address,undefined)
endif()

# Torch translation units need up to 1.2 GB each: never more at once than the memory holds.
cmake_host_system_information(RESULT awb_memory_mib QUERY TOTAL_PHYSICAL_MEMORY)
cmake_host_system_information(RESULT awb_cores QUERY NUMBER_OF_LOGICAL_CORES)
math(EXPR awb_torch_jobs "${awb_memory_mib} / 1300")
if(awb_torch_jobs LESS 1)
    set(awb_torch_jobs 1)
elseif(awb_torch_jobs GREATER awb_cores)
    set(awb_torch_jobs ${awb_cores})
endif()
set_property(GLOBAL APPEND PROPERTY JOB_POOLS torch_compile=${awb_torch_jobs})

# awb_sources(OUT dir...): all .cpp and .h directly in the given folders, re-globbed at each build.
function(awb_sources out)
    set(found)
    foreach(dir IN LISTS ARGN)
        file(GLOB files CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/${dir}/*.cpp ${CMAKE_CURRENT_SOURCE_DIR}/${dir}/*.h)
        list(APPEND found ${files})
    endforeach()
    set(${out} ${found} PARENT_SCOPE)
endfunction()

# awb_torch_target(target): LibTorch, its precompiled header and its job pool for one target.
# Torch is PRIVATE, so that no other layer sees its headers.
function(awb_torch_target target)
    target_link_libraries(${target} PRIVATE ${TORCH_LIBRARIES})
    set_target_properties(${target} PROPERTIES JOB_POOL_COMPILE torch_compile)
    if(AWB_PCH)
        if(target STREQUAL awb_models)
            target_precompile_headers(awb_models PRIVATE ${PROJECT_SOURCE_DIR}/models/torch_pch.h)
        else()
            target_precompile_headers(${target} REUSE_FROM awb_models)
        endif()
    endif()
endfunction()
