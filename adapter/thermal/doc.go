// Package thermal lets thermal cameras in: streams over RTSP and video files,
// decoded by an ffmpeg child process; motion JPEG over HTTP and folders of
// pictures, which need none; and ONVIF for what a camera says of itself and for
// turning it on a person's click.
//
// In: a camera.yaml, the bytes of streams and files, replies of ONVIF devices,
// and the "look at" cues of the host. Out: frames with their times, the newest
// few where they come faster than they are read; through sense.Host the camera
// as a sensor, its scans and its health.
//
// It never decodes video but motion JPEG itself, keeps a picture on disk, asks
// the network for devices by itself, or moves a camera without a person's cue. A stream that
// stands still, lies or dies harms its own camera only, and no child process
// outlives its stream.
package thermal
