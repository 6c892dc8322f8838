module marsad/border/generate

go 1.26.0

require (
	github.com/ringsaturn/tzf-rel v0.0.2023-d1
	google.golang.org/protobuf v1.36.12
)
