"""Cores of supernovae about a second after bounce: proto-neutron stars, which make N."""
