using System.Text.Json.Nodes;
using DpsPortal.Provisioning.Contract;

namespace DpsPortal.Provisioning.DeviceApi;

/// <summary>What a webhook is told.</summary>
/// <param name="Payload">What the device sent along, if it did.</param>
internal sealed record WebhookQuestion(string RegistrationId, JsonNode? Payload, EnrollmentTerms Terms, IReadOnlyList<LinkedHub> Candidates);
