package main

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
)

// connection talks to one Kubernetes API server. It is plain HTTP rather than client-go: the five
// kinds need six requests, and client-go would add a minute to the build.
type connection struct {
	server            string
	http              *http.Client
	token             string
	username          string
	password          string
	ignoreLabels      []string
	ignoreAnnotations []string
}

// kind is a core/v1 kind by its name in paths.
type kind struct {
	plural     string
	namespaced bool
}

var (
	pods            = kind{"pods", true}
	configMaps      = kind{"configmaps", true}
	secrets         = kind{"secrets", true}
	serviceAccounts = kind{"serviceaccounts", true}
	events          = kind{"events", true}
	namespaces      = kind{"namespaces", false}
)

// path is that of the collection, or of one object when the name is not empty.
func (k kind) path(namespace, name string) string {
	path := "/api/v1"
	if k.namespaced {
		path += "/namespaces/" + url.PathEscape(namespace)
	}
	path += "/" + k.plural
	if name != "" {
		path += "/" + url.PathEscape(name)
	}
	return path
}

// split reads an id of Terraform's state: "namespace/name", or "name" for what has no namespace.
func (k kind) split(id string) (namespace, name string, err error) {
	if !k.namespaced {
		return "", id, nil
	}
	namespace, name, ok := strings.Cut(id, "/")
	if !ok || strings.Contains(name, "/") {
		return "", "", fmt.Errorf("Unexpected ID format (%q), expected %q.", id, "namespace/name")
	}
	return namespace, name, nil
}

// statusError is Kubernetes' own error: metav1.Status.
type statusError struct {
	Code    int    `json:"code"`
	Message string `json:"message"`
	Reason  string `json:"reason"`
}

func (e *statusError) Error() string { return e.Message }

func isNotFound(err error) bool {
	var status *statusError
	return errors.As(err, &status) && status.Code == http.StatusNotFound
}

func (c *connection) get(ctx context.Context, path string) (map[string]any, error) {
	return c.request(ctx, http.MethodGet, path, "", nil)
}

func (c *connection) create(ctx context.Context, path string, object map[string]any) (map[string]any, error) {
	return c.request(ctx, http.MethodPost, path, "application/json", object)
}

func (c *connection) patch(ctx context.Context, path string, operations patch) (map[string]any, error) {
	return c.request(ctx, http.MethodPatch, path, "application/json-patch+json", operations)
}

func (c *connection) delete(ctx context.Context, path string) error {
	_, err := c.request(ctx, http.MethodDelete, path, "", nil)
	return err
}

func (c *connection) request(ctx context.Context, method, path, contentType string, body any) (map[string]any, error) {
	var payload io.Reader
	if body != nil {
		data, err := json.Marshal(body)
		if err != nil {
			return nil, err
		}
		payload = bytes.NewReader(data)
	}
	request, err := http.NewRequestWithContext(ctx, method, c.server+path, payload)
	if err != nil {
		return nil, err
	}
	request.Header.Set("Accept", "application/json")
	request.Header.Set("User-Agent", "terraform-provider-kubernetes-stand-in")
	if contentType != "" {
		request.Header.Set("Content-Type", contentType)
	}
	switch {
	case c.token != "":
		request.Header.Set("Authorization", "Bearer "+c.token)
	case c.username != "":
		request.SetBasicAuth(c.username, c.password)
	}
	response, err := c.http.Do(request)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	data, err := io.ReadAll(response.Body)
	if err != nil {
		return nil, err
	}
	if response.StatusCode >= http.StatusBadRequest {
		status := &statusError{}
		if json.Unmarshal(data, status) != nil || status.Message == "" {
			status.Message = fmt.Sprintf("%s %s: %s: %s", method, path, response.Status, data)
		}
		status.Code = response.StatusCode
		return nil, status
	}
	object := map[string]any{}
	if err := json.Unmarshal(data, &object); err != nil {
		return nil, fmt.Errorf("%s %s: not JSON: %w", method, path, err)
	}
	return object, nil
}

// tlsConfig takes PEM text, as the provider's attributes do.
func tlsConfig(authority, certificate, key, serverName string, insecure bool) (*tls.Config, error) {
	config := &tls.Config{ServerName: serverName, InsecureSkipVerify: insecure} // the user's own `insecure`
	if authority != "" {
		config.RootCAs = x509.NewCertPool()
		if !config.RootCAs.AppendCertsFromPEM([]byte(authority)) {
			return nil, errors.New("cluster_ca_certificate: no certificate found: PEM text is expected")
		}
	}
	if certificate != "" || key != "" {
		pair, err := tls.X509KeyPair([]byte(certificate), []byte(key))
		if err != nil {
			return nil, fmt.Errorf("client_certificate, client_key: %w", err)
		}
		config.Certificates = []tls.Certificate{pair}
	}
	return config, nil
}
