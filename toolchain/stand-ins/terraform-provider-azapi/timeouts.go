package main

import (
	"context"
	"time"
)

// defaultTimeouts per operation.
var defaultTimeouts = map[string]time.Duration{
	"create": 30 * time.Minute, "update": 30 * time.Minute, "delete": 30 * time.Minute,
	"read": 5 * time.Minute,
}

// withTimeout applies the block `timeouts`.
func withTimeout(ctx context.Context, model object, operation string) (context.Context, context.CancelFunc) {
	limit := defaultTimeouts[operation]
	if block, err := objectOf(model["timeouts"]); err == nil {
		if duration, err := time.ParseDuration(block.text(operation)); err == nil {
			limit = duration
		}
	}
	return context.WithTimeout(ctx, limit)
}
