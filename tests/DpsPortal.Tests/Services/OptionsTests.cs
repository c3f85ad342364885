using DpsPortal.Services;
using Microsoft.Extensions.Options;
using Xunit;

namespace DpsPortal.Tests.Services;

public sealed class OptionsTests
{
    [Fact]
    public void Every_fault_is_reported_at_once_with_its_configuration_key()
    {
        var options = new PortalServicesOptions
        {
            DataDirectory = "relative",
            ManagementEndpoint = new Uri("http://localhost"),
            ManagementScope = "nonsense",
            SubscriptionId = "mine",
            ResourceGroup = "ends.",
            Location = "West Europe",
            RetryDelay = TimeSpan.FromMinutes(1),
            ConfirmationAttempts = 0,
            RoleAttempts = 0,
        };

        var faults = Assert.Throws<OptionsValidationException>(() => PortalServicesOptionsValidator.ThrowIfInvalid(options)).Failures.ToList();

        Assert.Equal(
            [
                "ConfirmationAttempts", "DataDirectory", "Location", "ManagementEndpoint", "ManagementScope",
                "ResourceGroup", "RetryDelay", "RoleAttempts", "SubscriptionId", "Vaults",
            ],
            faults.Select(fault => fault[(fault.IndexOf(':', StringComparison.Ordinal) + 1)..fault.IndexOf(' ', StringComparison.Ordinal)]).Order());
        Assert.All(faults, fault => Assert.StartsWith("Portal:", fault, StringComparison.Ordinal));
    }
}
