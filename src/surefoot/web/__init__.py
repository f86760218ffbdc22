"""The pages: a dashboard on this computer, and the phone page that makes a phone the sensor.

::

    browser on this computer ── HTTP, loopback ──→ dashboard ─┐
                                                              ├→ pipeline → diary
    phone on the same network ── HTTPS, one address ─→ phone ─┘

Every request passes `guard` first. Pages are made here by jinja2, pictures by matplotlib; one small
script a page, and nothing is asked of any other place.
"""
