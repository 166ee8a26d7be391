//go:build tools

// Package tools pins the program that migrates this project.
package tools

import _ "github.com/golang-migrate/migrate/v4/cmd/migrate"
