/** One entry of an error's `details`. */
export interface ErrorDetail {
  readonly code: string;
  readonly message: string;
  readonly target?: string;
}

/**
 * An error as Azure Resource Manager answers it:
 * `{"error": {"code", "message", "target"?, "details"?}}`.
 *
 * Source: the common error response of the Azure REST API guidelines
 * (https://github.com/microsoft/api-guidelines/blob/vNext/azure/Guidelines.md#handling-errors).
 */
export class AzureError extends Error {
  override readonly name = "AzureError";

  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly options: {
      readonly target?: string;
      readonly details?: readonly ErrorDetail[];
      readonly headers?: Readonly<Record<string, string>>;
    } = {},
  ) {
    super(message);
  }

  toBody(): { error: { code: string; message: string; target?: string; details?: ErrorDetail[] } } {
    const { target, details } = this.options;
    return {
      error: {
        code: this.code,
        message: this.message,
        ...(target !== undefined && { target }),
        ...(details && { details: [...details] }),
      },
    };
  }

  toResponse(): Response {
    return Response.json(this.toBody(), {
      status: this.status,
      headers: { ...this.options.headers },
    });
  }
}
