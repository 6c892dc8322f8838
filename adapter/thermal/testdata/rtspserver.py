#!/usr/bin/python3
"""A real RTSP server for the tests: GStreamer's, with a moving picture as H.264,
H.265 and MJPEG, and as MJPEG that changes its size. Arguments /name=FILE.mkv serve
recordings, by the codec that /name begins with, each reader from the first picture
on and in its own time. It prints its port and serves until its standard input ends."""
import sys
import gi
gi.require_version("Gst", "1.0")
gi.require_version("GstRtspServer", "1.0")
from gi.repository import GLib, Gst, GstRtspServer

Gst.init(None)
source = "videotestsrc is-live=true pattern=ball ! video/x-raw,format=I420,width=320,height=240,framerate=25/1 ! "
ways = {
    "/h264": source + "openh264enc gop-size=10 ! h264parse ! rtph264pay name=pay0 config-interval=1",
    "/h265": source + "x265enc speed-preset=ultrafast tune=zerolatency key-int-max=10 ! h265parse ! rtph265pay name=pay0 config-interval=1",
    "/mjpeg": source + "jpegenc ! rtpjpegpay name=pay0",
}
sizes = [(320, 240), (640, 480)]
ways["/resized"] = ("videotestsrc is-live=true pattern=ball ! videoscale ! capsfilter name=size "
                    "caps=video/x-raw,format=I420,width=320,height=240,framerate=25/1 ! jpegenc ! rtpjpegpay name=pay0")

recorded = {
    "h264": "h264parse ! rtph264pay name=pay0 config-interval=1",
    "h265": "h265parse ! rtph265pay name=pay0 config-interval=1",
    "mjpeg": "jpegparse ! rtpjpegpay name=pay0",
}
for path, file in (a.split("=", 1) for a in sys.argv[1:]):
    codec = next(c for c in recorded if path.startswith("/" + c))
    ways[path] = 'filesrc location="%s" ! matroskademux ! %s' % (file, recorded[codec])


def resize(media):
    media.get_element().get_by_name("size").set_property(
        "caps", Gst.Caps.from_string("video/x-raw,format=I420,width=%d,height=%d,framerate=25/1" % sizes[0]))


def configured(_, media):
    """Goes on with the present size, and changes it once, four seconds later."""
    resize(media)
    if len(sizes) > 1:
        GLib.timeout_add(4000, lambda: sizes.pop(0) and resize(media))


server = GstRtspServer.RTSPServer()
server.set_address("127.0.0.1")
server.set_service("0")
for path, launch in ways.items():
    factory = GstRtspServer.RTSPMediaFactory()
    factory.set_launch("( " + launch + " )")
    if path == "/resized":
        factory.connect("media-configure", configured)
    server.get_mount_points().add_factory(path, factory)
server.attach(None)
print(server.get_bound_port(), flush=True)
loop = GLib.MainLoop()
GLib.io_add_watch(sys.stdin, GLib.IO_HUP | GLib.IO_IN, lambda *_: loop.quit())
loop.run()
