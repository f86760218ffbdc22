// An MPU-6050 whose acceleration and rotation count up sample by sample.
#pragma once
#include "Arduino.h"

struct TwoWire {
  uint8_t registers[128] = {}, where = 0, place = 0, written = 0;
  int16_t sample = 0;
  void begin() {}
  void setClock(uint32_t) {}
  void beginTransmission(uint8_t) { written = 0; }
  void write(uint8_t value) {
    if (written++ == 0) where = value;
    else registers[where] = value;
  }
  uint8_t endTransmission(bool = true) { return 0; }
  uint8_t requestFrom(uint8_t, uint8_t count) {
    place = 0;
    sample++;
    return count;
  }
  int read() {
    const int16_t values[7] = {sample, (int16_t)-sample, 8192, 25, (int16_t)(131 * sample), -131, 0};
    uint16_t value = (uint16_t)values[place / 2];
    return place++ % 2 ? value & 0xFF : value >> 8;
  }
};
inline TwoWire Wire;
