// Stand-ins for an ESP32, its radio and an MPU-6050, so that a sketch runs on this computer: what it sends is
// printed as characteristic and hex, one notification a line. Its time goes on by 1 ms a look.
#pragma once
#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>

using std::max;
using std::min;

inline uint32_t look_us = 0;
inline uint32_t micros() { return look_us += 1000; }
inline uint32_t millis() { return look_us / 1000; }
template <class T> T constrain(T value, T low, T high) { return value < low ? low : value > high ? high : value; }
