module rehearse.dev/scenarios/tools/atlas

go 1.25.11

require (
	ariga.io/atlas v0.19.1 // what v0.13.1 asks for knows no PostgreSQL after 15
	ariga.io/atlas/cmd/atlas v0.13.1
	golang.org/x/tools v0.30.0 // what v0.13.1 asks for does not compile with a Go from 1.25 on
)
