// An ESP32 with an MPU-6050 (GY-521) as a sensor for Surefoot: a line of text for each sample, 100 a second,
// over Nordic's UART service: time in ms, acceleration in g, rotation in degrees per second.
//
// Wiring: 3V3 to VCC, GND to GND, GPIO 21 to SDA, GPIO 22 to SCL. No library beyond the ESP32 core is needed.
// It was compiled and run against stand-ins for board and radio; it has not yet run on hardware.
#include <Arduino.h>
#include <BLE2902.h>
#include <BLEDevice.h>
#include <BLEServer.h>
#include <BLEUtils.h>
#include <Wire.h>

const char *NAME = "UART IMU";
const char *SERVICE = "6e400001-b5a3-f393-e0a9-e50e24dcca9e";
const char *RECEIVE = "6e400002-b5a3-f393-e0a9-e50e24dcca9e";
const char *TRANSMIT = "6e400003-b5a3-f393-e0a9-e50e24dcca9e";
const uint8_t MPU = 0x68;
const uint32_t PERIOD_US = 10000;
const float PER_G = 8192.0f, PER_DPS = 131.0f;  // at ±4 g and ±250 degrees per second

BLEServer *server;
BLECharacteristic *sender;
bool connected = false;
uint32_t next_us = 0;

class Connections : public BLEServerCallbacks {
  void onConnect(BLEServer *) override { connected = true; }
  void onDisconnect(BLEServer *) override {
    connected = false;
    BLEDevice::startAdvertising();
  }
};

void set_register(uint8_t where, uint8_t value) {
  Wire.beginTransmission(MPU);
  Wire.write(where);
  Wire.write(value);
  Wire.endTransmission();
}

bool read_sample(int16_t (&values)[6]) {
  Wire.beginTransmission(MPU);
  Wire.write(0x3B);  // acceleration, temperature, rotation: seven numbers, the high byte first
  Wire.endTransmission(false);
  if (Wire.requestFrom(MPU, (uint8_t)14) != 14) return false;
  for (int i = 0; i < 7; i++) {
    uint16_t high = Wire.read();
    int16_t value = (int16_t)(high << 8 | Wire.read());
    if (i != 3) values[i < 3 ? i : i - 1] = value;
  }
  return true;
}

void setup() {
  Wire.begin();
  Wire.setClock(400000);
  set_register(0x6B, 0x01);  // awake, by the clock of the gyroscope
  set_register(0x1A, 0x03);  // low-pass at 44 Hz
  set_register(0x1B, 0x00);  // ±250 degrees per second
  set_register(0x1C, 0x08);  // ±4 g

  BLEDevice::init(NAME);
  BLEDevice::setMTU(185);
  server = BLEDevice::createServer();
  server->setCallbacks(new Connections());
  BLEService *service = server->createService(SERVICE);
  sender = service->createCharacteristic(TRANSMIT, BLECharacteristic::PROPERTY_NOTIFY);
  sender->addDescriptor(new BLE2902());
  service->createCharacteristic(RECEIVE, BLECharacteristic::PROPERTY_WRITE);
  service->start();
  // Without this line only the name is told, and whoever looks for the service does not find it.
  BLEDevice::getAdvertising()->addServiceUUID(SERVICE);
  BLEDevice::startAdvertising();
}

void loop() {
  if ((int32_t)(micros() - next_us) < 0) return;
  next_us += PERIOD_US;
  if ((int32_t)(micros() - next_us) > 100000) next_us = micros();
  int16_t raw[6];
  uint32_t now_ms = millis();
  if (!connected || !read_sample(raw)) return;
  char line[96];
  int length = snprintf(line, sizeof line, "%lu,%.4f,%.4f,%.4f,%.2f,%.2f,%.2f\n", (unsigned long)now_ms,
                        raw[0] / PER_G, raw[1] / PER_G, raw[2] / PER_G, raw[3] / PER_DPS, raw[4] / PER_DPS,
                        raw[5] / PER_DPS);
  // A connection of the smallest kind carries 20 bytes; lines are put together again.
  int room = (int)server->getPeerMTU(server->getConnId()) - 3;
  for (int at = 0; at < length; at += room) {
    sender->setValue((uint8_t *)line + at, (size_t)min(room, length - at));
    sender->notify();
  }
}
