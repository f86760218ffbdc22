// Runs a sketch: set up, connected, then so many looks. Built with -DSKETCH="path".
#include "Arduino.h"
#include "BLEDevice.h"
#include SKETCH

int main(int count, char **words) {
  mtu = (uint16_t)atoi(words[2]);
  setup();
  BLEDevice::server.callbacks->onConnect(&BLEDevice::server);
  for (int look = atoi(words[1]); look > 0; look--) loop();
  return count == 3 ? 0 : 1;
}
