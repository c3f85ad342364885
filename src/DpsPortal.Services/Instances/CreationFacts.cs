using DpsPortal.Provisioning.Contract;

namespace DpsPortal.Services.Instances;

/// <param name="Identity">The instance's identity, once it is there.</param>
internal sealed record CreationFacts(ManagedIdentity Identity);
