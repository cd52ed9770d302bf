#include <catch2/catch.hpp>

#include "report/random_words.h"

using namespace whywontitstart;

TEST_CASE("words that look drawn by lot are secrets") {
  for (const std::string_view text :
       {"pX4kQ9vT2mB7wZ1rL8sD5fH3jN6cY0aGeUiO", "wJalrXUtnFEMI/K7MDENG/bPxRfiCY7hQ2zLk9Vd",
        "4xT9bQ1_zL7mV3-kR8nW2cJ6hS5dF0gYpAeU"}) {
    INFO(text);
    CHECK(random_words_in("the value '" + std::string(text) + "' was refused") == std::vector{text});
  }
}

TEST_CASE("what only looks so at first is none") {
  for (const std::string_view text :
       {"5f2b1c9d8e7a6b5c4d3e2f1a0b9c8d7e6f5a4b3c", "123e4567-e89b-12d3-a456-426614174000",
        "9F86D081884C7D659A2FEAA0C55AD015A3BF4F1B2B0B822CD15D6C15B0F00A08",
        "SGVsbG8gd29ybGQsIHRoaXMgaXMgb3JkaW5hcnkgdGV4dA==",
        "VGhlIHF1aWNrIGJyb3duIGZveCBqdW1wcyBvdmVyIHRoZSBkb2c",
        "_ZN5boost10filesystem6detail16create_directoryERKNS0_4pathE",
        "_ZNSt7__cxx1112basic_stringIcSt11char_traitsIcESaIcEE9_M_createERmm",
        "_RNvCskwGfYPst2Cb_3foo16example_function", "AbstractSingletonProxyFactoryBeanConfiguration2Test",
        "/usr/lib/x86_64-linux-gnu/perl5/5.36/auto/DBI/X1y2Z3w4Q5v6",
        "sha512-pX4kQ9vT2mB7wZ1rL8sD5fH3jN6cY0aGeUiO", "SHA256:pX4kQ9vT2mB7wZ1rL8sD5fH3jN6cY0aGeUiO8s7d6f5",
        "RLIMIT_MEMLOCK_AND_SOME_OTHER_LONG_NAME_2", "shop-deployment-7d9f8b6c5d-x2x4z-configuration"}) {
    INFO(text);
    CHECK(random_words_in(text).empty());
  }
}
