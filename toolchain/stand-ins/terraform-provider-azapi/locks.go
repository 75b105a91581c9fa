package main

import (
	"slices"
	"sync"
)

// locks lets the resources that name the same lock change one after another.
type locks struct {
	guard sync.Mutex
	named map[string]*sync.Mutex
}

// acquire takes all locks, in an order that cannot block two holders, and returns how to give them
// back.
func (l *locks) acquire(names []string) (release func()) {
	names = slices.Compact(slices.Sorted(slices.Values(names)))
	held := []*sync.Mutex{}
	for _, name := range names {
		lock := l.get(name)
		lock.Lock()
		held = append(held, lock)
	}
	return func() {
		for _, lock := range held {
			lock.Unlock()
		}
	}
}

func (l *locks) get(name string) *sync.Mutex {
	l.guard.Lock()
	defer l.guard.Unlock()
	if l.named == nil {
		l.named = map[string]*sync.Mutex{}
	}
	if l.named[name] == nil {
		l.named[name] = &sync.Mutex{}
	}
	return l.named[name]
}
