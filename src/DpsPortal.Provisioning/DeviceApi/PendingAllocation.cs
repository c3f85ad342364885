using DpsPortal.Provisioning.Contract;
using DpsPortal.Provisioning.Instances;

namespace DpsPortal.Provisioning.DeviceApi;

/// <summary>A registration on record as "assigning", and what the webhook is to be asked.</summary>
/// <param name="ETag">Of that record: if it has another one at the end, something newer stands.</param>
internal sealed record PendingAllocation(LoadedInstance Instance, Caller Device, Assignment Assignment, WebhookQuestion Question, string ETag);
