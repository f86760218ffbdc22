// The part of the ESP32 core's BLE library that the sketches use.
#pragma once
#include "Arduino.h"

inline uint16_t mtu = 185;

struct BLE2902 {};

struct BLECharacteristic {
  static const uint32_t PROPERTY_NOTIFY = 1, PROPERTY_WRITE = 2;
  std::string uuid, value;
  void addDescriptor(BLE2902 *) {}
  void setValue(uint8_t *data, size_t length) { value.assign((char *)data, length); }
  void notify() {
    printf("%s ", uuid.c_str());
    for (size_t i = 0; i < value.size() && i < mtu - 3u; i++) printf("%02x", (uint8_t)value[i]);
    printf("\n");
  }
};

struct BLEService {
  BLECharacteristic *createCharacteristic(const char *uuid, uint32_t) { return new BLECharacteristic{uuid, ""}; }
  void start() {}
};

struct BLEServer;
struct BLEServerCallbacks {
  virtual void onConnect(BLEServer *) {}
  virtual void onDisconnect(BLEServer *) {}
};

struct BLEServer {
  BLEServerCallbacks *callbacks = nullptr;
  void setCallbacks(BLEServerCallbacks *given) { callbacks = given; }
  BLEService *createService(const char *) { return new BLEService(); }
  uint16_t getConnId() { return 0; }
  uint16_t getPeerMTU(uint16_t) { return mtu; }
};

struct BLEAdvertising {
  std::string service;
  void addServiceUUID(const char *uuid) { service = uuid; }
};

struct BLEDevice {
  static inline std::string name;
  static inline BLEServer server;
  static inline BLEAdvertising advertising;
  static void init(const char *given) { name = given; }
  static void setMTU(uint16_t) {}
  static BLEServer *createServer() { return &server; }
  static BLEAdvertising *getAdvertising() { return &advertising; }
  static void startAdvertising() { printf("advertises %s %s\n", advertising.service.c_str(), name.c_str()); }
};
