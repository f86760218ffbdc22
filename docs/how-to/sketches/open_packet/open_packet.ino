// An ESP32 with an MPU-6050 (GY-521) as a sensor for Surefoot: the open packet, ten samples in each, 100 a second.
// Nothing is rounded, and a packet that is lost is noticed.
//
// Wiring: 3V3 to VCC, GND to GND, GPIO 21 to SDA, GPIO 22 to SCL. No library beyond the ESP32 core is needed.
// It was compiled and run against stand-ins for board and radio; it has not yet run on hardware.
#include <Arduino.h>
#include <BLE2902.h>
#include <BLEDevice.h>
#include <BLEServer.h>
#include <BLEUtils.h>
#include <Wire.h>

const char *NAME = "Surefoot";
const char *SERVICE = "5f000001-7a1e-4c7b-9d35-b1b1a5c0f007";
const char *DATA = "5f000002-7a1e-4c7b-9d35-b1b1a5c0f007";
const uint8_t MPU = 0x68;
const uint8_t SAMPLES = 10;
const uint16_t PERIOD_US = 10000;

// As it travels: little-endian, as the ESP32 keeps its numbers.
struct __attribute__((packed)) Packet {
  uint8_t magic = 0xB1, version = 1;
  uint16_t number = 0;
  uint32_t first_us = 0;
  uint16_t step_us = PERIOD_US;
  uint8_t samples = SAMPLES, flags = 0;
  int16_t values[SAMPLES][6];
};
static_assert(sizeof(Packet) == 12 + 12 * SAMPLES, "nothing between the fields");

BLECharacteristic *sender;
Packet packet;
uint8_t filled = 0;
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
  set_register(0x1B, 0x00);  // ±250 degrees per second: 131 steps each, where the packet has 131.2
  set_register(0x1C, 0x08);  // ±4 g: 8192 steps each, as in the packet

  BLEDevice::init(NAME);
  BLEDevice::setMTU(185);
  BLEServer *server = BLEDevice::createServer();
  server->setCallbacks(new Connections());
  BLEService *service = server->createService(SERVICE);
  sender = service->createCharacteristic(DATA, BLECharacteristic::PROPERTY_NOTIFY);
  sender->addDescriptor(new BLE2902());
  service->start();
  BLEDevice::getAdvertising()->addServiceUUID(SERVICE);
  BLEDevice::startAdvertising();
}

void loop() {
  uint32_t now_us = micros();
  if ((int32_t)(now_us - next_us) < 0) return;
  next_us += PERIOD_US;
  if ((int32_t)(now_us - next_us) > 100000) {  // held up: what was begun is not even any more
    next_us = now_us + PERIOD_US;
    filled = 0;
  }
  int16_t raw[6];
  if (!connected || !read_sample(raw)) {
    filled = 0;
    return;
  }
  if (filled == 0) {
    packet.first_us = now_us;
    packet.flags = 0;
  }
  for (int i = 0; i < 6; i++) {
    if (raw[i] == 32767 || raw[i] == -32768) packet.flags |= 1;
    packet.values[filled][i] = i < 3 ? raw[i] : (int16_t)constrain(raw[i] * 1312L / 1310L, -32768L, 32767L);
  }
  if (++filled < SAMPLES) return;
  sender->setValue((uint8_t *)&packet, sizeof packet);
  sender->notify();
  packet.number++;
  filled = 0;
}
