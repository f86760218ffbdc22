"""Names under which apps and people keep what tells a place, a device, a person or a voice."""

# What apps, data frames and spreadsheets call places, devices, accounts and sounds.
OF_APPS = (
    "lat", "lon", "lng", "Lat(deg)", "gps_lat", "gps_lon", "gps_lng", "GPS Latitude", "loc_lat", "lat_deg",
    "lon_deg", "latitude_deg", "position_lat", "position_long", "pos_lat", "start_lat", "geo", "geohash",
    "coordinates", "coords", "lat/long", "GPS", "gps", "GPS position", "Position", "alt_m", "elevation",
    "address", "street", "city", "postcode", "timezone_city", "ssid", "wifi_ssid", "BSSID", "wifi",
    "wifi_mac",
    "mac", "mac_addr", "MAC Address", "bt_addr", "ble_address", "bluetooth_address", "hwaddr", "btaddr",
    "serial", "serialNumber", "serial number", "Serial No", "Serial No.", "S/N", "SN", "sensor_serial",
    "device_serial", "serial_id", "SensorID", "sensor_id", "device_id", "deviceID(txt)", "unit_id",
    "phone_id",
    "installation_id", "installationId", "hardware_id", "udid", "IMEI", "imei_number", "MEID",
    "advertisingId",
    "android_id", "IDFA", "vendor_id", "fcm_token", "token", "session_id", "user", "username", "user_name",
    "user_email", "email", "phone_number", "phoneNumber", "subject_name", "first_name", "surname",
    "patient_name", "Name", "date_of_birth", "DOB", "ip", "IP Address", "ip_addr", "public_ip", "local_ip",
    "IPv4", "ipv6", "ip4", "client_ip", "remote_addr", "hostname", "host", "sound_level", "soundLevel(dB)",
    "SOUND LEVEL (dB)", "sound", "decibel", "dB", "dBFS", "loudness", "noise_level", "mic", "mic_level",
    "audio_level", "voice", "cell_id", "cellid", "lac", "mcc", "carrier", "operator",
)  # fmt: skip
# Health, home, work and belongings; other languages; names nobody can foresee.
OF_PEOPLE = (
    "heart_rate", "hr_bpm", "SpO2", "blood_pressure", "weight_kg", "cycle_day", "medication",
    "diagnosis_code",
    "insurance_no", "nhs_number", "ssn", "ahv_nr", "passport", "licence_plate", "iban", "salary", "employer",
    "school", "religion", "partner", "next_of_kin", "emergency_contact", "home", "workplace", "room", "floor",
    "elevator", "heading_home", "breitengrad", "laengengrad", "Höhe über NN", "Standort", "Wohnort", "Straße",
    "Geburtsdatum", "Vorname", "Nachname", "Kennung", "Seriennummer", "Gerät-ID", "nombre", "apellido",
    "dirección", "correo", "prénom", "nom", "adresse", "courriel", "téléphone", "cognome", "indirizzo",
    "緯度", "経度", "氏名", "имя", "adres", "q7", "field 3", "Anna Muster", "remark",
)  # fmt: skip
NAMES = OF_APPS + OF_PEOPLE
MEMBERS = (
    "Location.csv", "gps.csv", "GPS_track.csv", "track.csv", "Position.csv", "Places.csv", "Microphone.csv",
    "mic.csv", "sound.csv", "Sound Level.csv", "Decibel.csv", "voice.csv", "recording.amr", "recording.opus",
    "audio.flac", "clip.m4v", "image.bmp", "photo.tiff", "photo.dng", "face.jpeg", "Wifi.csv",
    "BluetoothScan.csv", "Contacts.csv", "Network.csv", "route.gpx", "route.fit", "route.tcx", "loc.nmea",
    "AudioLevel.csv", "Cell.csv", "beacons.csv", "data/Location/x.csv", "LocationGps.csv", "MyLocation.csv",
    "geo.csv", "HeartRate.csv", "Calendar.csv", "Diary of Anna.txt", "letters/to the bank.txt", "keys.json",
)  # fmt: skip
