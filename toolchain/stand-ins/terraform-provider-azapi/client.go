package main

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/runtime"
)

// pollInterval applies when an operation's answer has no Retry-After.
const pollInterval = 10 * time.Second

// client talks to Azure Resource Manager.
type client struct {
	endpoint string
	pipeline runtime.Pipeline
}

// call is one request.
type call struct {
	method  string
	path    string
	version string
	// body is not sent when it is nil, nor with GET.
	body    any
	headers map[string]string
	query   map[string]string
	retry   *policy.RetryOptions
}

func (c *client) get(ctx context.Context, request call) (any, error) {
	request.method = http.MethodGet
	response, err := c.send(ctx, request)
	if err != nil {
		return nil, err
	}
	if !runtime.HasStatusCode(response, http.StatusOK) {
		return nil, runtime.NewResponseError(response)
	}
	var answer any
	return answer, runtime.UnmarshalAsJSON(response, &answer)
}

// do sends a request and waits for its long-running operation.
func (c *client) do(ctx context.Context, request call) (any, error) {
	response, err := c.send(ctx, request)
	if err != nil {
		return nil, err
	}
	if !runtime.HasStatusCode(response, http.StatusOK, http.StatusCreated, http.StatusAccepted, http.StatusNoContent) {
		return nil, runtime.NewResponseError(response)
	}
	if poller, err := runtime.NewPoller[any](response, c.pipeline, nil); err == nil {
		answer, err := poller.PollUntilDone(ctx, &runtime.PollUntilDoneOptions{Frequency: pollInterval})
		if err == nil {
			return answer, nil
		}
		if !c.isForeign(err) {
			return nil, err
		}
	}
	contentType := response.Header.Get("Content-Type")
	switch {
	case strings.Contains(contentType, "text/plain"):
		payload, err := runtime.Payload(response)
		return string(payload), err
	case strings.Contains(contentType, "application/json"):
		var answer any
		return answer, runtime.UnmarshalAsJSON(response, &answer)
	default:
		return nil, nil
	}
}

// isForeign: some services hand out operation addresses that Resource Manager does not serve
// (Azure/azure-rest-api-specs issues 25356 and 25362); their first answer counts then.
func (c *client) isForeign(err error) bool {
	var failure *azcore.ResponseError
	if !errors.As(err, &failure) || failure.RawResponse == nil || failure.RawResponse.Request == nil {
		return false
	}
	return failure.RawResponse.Request.Host != strings.TrimPrefix(c.endpoint, "https://") ||
		failure.StatusCode == http.StatusMethodNotAllowed
}

func (c *client) send(ctx context.Context, request call) (*http.Response, error) {
	if request.retry != nil {
		ctx = policy.WithRetryOptions(ctx, *request.retry)
	}
	message, err := runtime.NewRequest(ctx, request.method, runtime.JoinPaths(c.endpoint, request.path))
	if err != nil {
		return nil, err
	}
	query := message.Raw().URL.Query()
	query.Set("api-version", request.version)
	for name, value := range request.query {
		query.Set(name, value)
	}
	message.Raw().URL.RawQuery = query.Encode()
	message.Raw().Header.Set("Accept", "application/json")
	for name, value := range request.headers {
		message.Raw().Header.Set(name, value)
	}
	if request.method != http.MethodGet && request.body != nil {
		if err := runtime.MarshalAsJSON(message, request.body); err != nil {
			return nil, err
		}
	}
	return c.pipeline.Do(message)
}

func isNotFound(err error) bool {
	var failure *azcore.ResponseError
	return errors.As(err, &failure) && failure.StatusCode == http.StatusNotFound
}
