package main

import (
	"math"
	"net/http"
	"regexp"
	"slices"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/runtime"
)

// Defaults of the block `retry`, in seconds.
const (
	defaultInterval    = 10
	defaultMaxInterval = 180
)

// retryable answers are always tried again.
var retryable = []int{
	http.StatusRequestTimeout, http.StatusTooManyRequests, http.StatusInternalServerError,
	http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout,
}

// afterCreate answers may come from a replica that has not seen the new resource yet.
var afterCreate = []int{http.StatusNotFound, http.StatusForbidden}

// retryOptions reads the block `retry`: which answers are tried again until the timeout ends.
// Only HTTP errors are looked at; an operation that ends as `Failed` is not one. Without the block,
// and without further codes, azcore's own rules apply.
func retryOptions(model object, codes ...int) (*policy.RetryOptions, error) {
	block, err := objectOf(model["retry"])
	if err != nil || (block == nil && len(codes) == 0) {
		return nil, err
	}
	expressions := []*regexp.Regexp{}
	for _, text := range block.texts("error_message_regex") {
		expression, err := regexp.Compile(text)
		if err != nil {
			return nil, err
		}
		expressions = append(expressions, expression)
	}
	codes = append(slices.Clone(retryable), codes...)
	options := &policy.RetryOptions{
		// The timeout of the operation ends it.
		MaxRetries:  math.MaxInt16,
		StatusCodes: codes,
		ShouldRetry: func(response *http.Response, err error) bool {
			if response != nil && slices.Contains(codes, response.StatusCode) {
				return true
			}
			message := ""
			if err != nil {
				message = err.Error()
			} else if response != nil && response.StatusCode >= http.StatusBadRequest {
				message = runtime.NewResponseError(response).Error()
			}
			return message != "" && slices.ContainsFunc(expressions, func(expression *regexp.Regexp) bool {
				return expression.MatchString(message)
			})
		},
	}
	if block != nil {
		options.RetryDelay = seconds(block, "interval_seconds", defaultInterval)
		options.MaxRetryDelay = seconds(block, "max_interval_seconds", defaultMaxInterval)
	}
	return options, nil
}

func seconds(block object, name string, otherwise float64) time.Duration {
	number, ok := plain(block[name]).(float64)
	if !ok {
		number = otherwise
	}
	return time.Duration(number * float64(time.Second))
}
