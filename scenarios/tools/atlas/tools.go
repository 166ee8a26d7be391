//go:build tools

// Package tools pins the program that migrates this project.
package tools

import _ "ariga.io/atlas/cmd/atlas"
